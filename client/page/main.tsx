/** The web page. It makes elements and text nodes, never HTML. */
import { render, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { App } from './app.tsx';
import { askConsole, type Status } from './console/answers.ts';
import { copyOf } from './copy.ts';
import { Promised } from './parts/promised.tsx';
import { fetchFirstRoot, type Source } from './session.ts';
import { Open } from './views/open.tsx';

function Served(): JSX.Element {
  return (
    <Promised ask={ownSource} of="">
      {(source) => <App copy="served" source={source} />}
    </Promised>
  );
}

function StandAlone(): JSX.Element {
  const [source, setSource] = useState<Source>();
  if (source !== undefined) return <App copy="stand-alone" source={source} />;
  return (
    <>
      <header>
        <h1>tuf-on-git</h1>
      </header>
      <main>
        <Open onOpen={setSource} />
      </main>
    </>
  );
}

async function ownSource(): Promise<Source> {
  const { contentUrl } = await askConsole<Status>('status?only=next');
  const metadataUrl = `${contentUrl}/metadata`;
  const root = await fetchFirstRoot(metadataUrl);
  const trust = 'the first root that this server offers, on first use';
  return { metadataUrl, targetsUrl: `${contentUrl}/targets`, root, trust };
}

const page = document.querySelector('#page');
if (page !== null) render(copyOf(document) === 'served' ? <Served /> : <StandAlone />, page);
