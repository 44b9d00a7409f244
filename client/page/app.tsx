/** The page around the views: what is looked at, whether it verified, and the way to everything else. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useGenerations, type Live } from './console/generations.ts';
import { Lives, livesOf } from './console/lives.ts';
import type { Copy } from './copy.ts';
import { hrefOf, placeOf, type Place } from './navigation.ts';
import { FindingText, Promised } from './parts/promised.tsx';
import { Name, Text } from './parts/text.tsx';
import { useVerification, type Source, type Verification } from './session.ts';
import { Attacks } from './views/attacks.tsx';
import { Chain, RoleView } from './views/chain.tsx';
import { Events } from './views/events.tsx';
import { Expiring } from './views/expiring.tsx';
import { Generations } from './views/generations.tsx';
import { Health } from './views/health.tsx';
import { Project } from './views/project.tsx';
import { Projects } from './views/projects.tsx';
import { Roots } from './views/roots.tsx';
import { Target } from './views/target.tsx';

interface AppProps {
  readonly copy: Copy;
  readonly source: Source;
}

export function App({ copy, source }: AppProps): JSX.Element {
  const hasConsole = copy === 'served';
  const live = useGenerations(hasConsole);
  const verification = useVerification(source, live.generations[0]?.timestamp);
  const place = usePlace();
  const lives = useMemo(() => livesOf(live.generations), [live.generations]);
  return (
    <Lives.Provider value={lives}>
      <Frame hasConsole={hasConsole} place={place} verification={verification} source={source}>
        <View place={place} live={live} verification={verification} hasConsole={hasConsole} />
      </Frame>
    </Lives.Provider>
  );
}

const views = [
  ['chain', 'Chain of trust'],
  ['projects', 'Projects'],
  ['roots', 'Root history'],
  ['expiring', 'Expires next'],
] as const;
const consoleViews = [
  ['generations', 'Generations'],
  ['events', 'Signing events'],
  ['health', 'Health'],
] as const;
const lastViews = [['attacks', 'Attacks']] as const;
/** Where what is opened from a view belongs. */
const viewsAbove: Readonly<Record<string, string>> = {
  role: 'chain',
  project: 'projects',
  targets: 'projects',
};

interface FrameProps {
  readonly hasConsole: boolean;
  readonly place: Place;
  readonly verification: Verification;
  readonly source: Source;
  readonly children: ComponentChildren;
}

function Frame({ hasConsole, place, verification, source, children }: FrameProps): JSX.Element {
  const main = useRef<HTMLElement>(null);
  useFocusOnArrival(main, place);
  const shown = [...views, ...(hasConsole ? consoleViews : []), ...lastViews];
  const current = viewsAbove[place.view] ?? place.view;
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => {
          main.current?.focus();
        }}
      >
        Skip to the content
      </button>
      <header>
        <h1>tuf-on-git</h1>
        <p>
          <Text of={source.metadataUrl} />
        </p>
        <nav aria-label="Views">
          <ul>
            {shown.map(([view, title]) => (
              <li key={view}>
                <a href={hrefOf(view)} aria-current={current === view ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <Verdict verification={verification} trust={source.trust} />
      <main ref={main} tabIndex={-1}>
        {children}
      </main>
      <Foot hasConsole={hasConsole} trust={source.trust} />
    </>
  );
}

interface VerdictProps {
  readonly verification: Verification;
  /** What it all starts from, in words. */
  readonly trust: string;
}

/** Whether all is well: the one thing that every view has in common. */
function Verdict({ verification, trust }: VerdictProps): JSX.Element {
  const { refusal, report, isWorking, verify } = verification;
  useEffect(() => {
    document.documentElement.classList.toggle('refused', refusal !== undefined);
    document.title = refusal === undefined ? 'tuf-on-git' : '✗ refused – tuf-on-git';
  }, [refusal]);
  return (
    <section class="verdict" aria-label="Verification">
      {refusal !== undefined && (
        <div role="alert">
          <strong>Refused: this repository does not verify.</strong>
          <p>
            <FindingText finding={refusal} />
          </p>
          <p>What is shown below was verified before that, and says so.</p>
        </div>
      )}
      {refusal === undefined && report !== undefined && (
        <p role="status">
          <strong>✓ Verified in this browser</strong>
          <span class="soft">
            , as of {report.asOf.toISOString().slice(11, 19)} UTC, from <Text of={trust} />
          </span>
        </p>
      )}
      {report === undefined && refusal === undefined && <p role="status">Verifying…</p>}
      <button type="button" onClick={verify} disabled={isWorking}>
        Verify again
      </button>
    </section>
  );
}

interface FootProps {
  readonly hasConsole: boolean;
  readonly trust: string;
}

function Foot({ hasConsole, trust }: FootProps): JSX.Element {
  return (
    <footer>
      <p>
        Trusted: <Text of={trust} />.
      </p>
      {hasConsole && (
        <p>
          <strong>This page cannot expose its own server</strong>: whoever serves it could serve one
          that verifies nothing. To audit this server, write the stand-alone copy from an
          installation of your own, <Name of="tuf-on-git page DIR" />, open it, and give it a root
          that you have by another way.
        </p>
      )}
    </footer>
  );
}

interface ViewProps {
  readonly place: Place;
  readonly live: Live;
  readonly verification: Verification;
  readonly hasConsole: boolean;
}

function View({ place, live, verification, hasConsole }: ViewProps): JSX.Element {
  const { audit, report } = verification;
  const signal = live.generations[0]?.timestamp;
  const [view, [first]] = [place.view, place.parts];
  if (view === 'attacks') return <Attacks />;
  if (hasConsole && view === 'generations') return <Generations live={live} report={report} />;
  if (hasConsole && view === 'events') return <Events signal={signal} />;
  if (hasConsole && view === 'health') return <Health signal={signal} />;
  if (report === undefined) return <p>Nothing has verified yet.</p>;
  if (view === 'roots') return <Roots report={report} />;
  if (view === 'expiring') return <Expiring report={report} hasConsole={hasConsole} />;
  if (view === 'projects') return <Projects audit={audit} report={report} />;
  if (view === 'project' && first !== undefined) {
    return <Project audit={audit} report={report} name={first} />;
  }
  if (view === 'targets') {
    return <Target audit={audit} report={report} path={place.parts.join('/')} />;
  }
  if (view === 'role') {
    return (
      <Promised ask={() => audit.role(place.parts)} of={place.parts.join('\n')} again={report}>
        {(role) => <RoleView report={role} />}
      </Promised>
    );
  }
  return <Chain report={report} />;
}

function usePlace(): Place {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const follow = () => {
      setPlace(placeOf(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  return place;
}

/** Another view begins where the reader then is, as another page would. */
function useFocusOnArrival(main: { readonly current: HTMLElement | null }, place: Place): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [place]);
}
