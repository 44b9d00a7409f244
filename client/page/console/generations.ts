import { useEffect, useState } from 'preact/hooks';
import { askConsole, type Generation } from './answers.ts';

export interface Live {
  readonly generations: readonly Generation[];
  readonly isConnected: boolean;
}

/** Of those, the newest so many are kept. */
const mostKept = 500;

/** Generations, newest first, and each as it appears. @param isWanted false where there is no console */
export function useGenerations(isWanted: boolean): Live {
  const [live, setLive] = useState<Live>({ generations: [], isConnected: false });
  useEffect(() => {
    if (!isWanted) return undefined;
    const stream = new EventSource('api/v1/generations/stream');
    const add = (more: readonly Generation[]) => {
      setLive((now) => ({ ...now, generations: merged(now.generations, more) }));
    };
    const connected = (isConnected: boolean) => () => {
      setLive((now) => ({ ...now, isConnected }));
    };
    stream.addEventListener('generation', ({ data }: MessageEvent<string>) => {
      add([JSON.parse(data) as Generation]);
    });
    stream.addEventListener('open', connected(true));
    stream.addEventListener('error', connected(false));
    askConsole<{ generations: readonly Generation[] }>('generations?limit=100').then(
      ({ generations }) => {
        add(generations);
      },
      connected(false),
    );
    return () => {
      stream.close();
    };
  }, [isWanted]);
  return live;
}

function merged(known: readonly Generation[], more: readonly Generation[]): readonly Generation[] {
  const all = new Map([...known, ...more].map((each) => [each.timestamp, each]));
  return [...all.values()].sort((a, b) => b.timestamp - a.timestamp).slice(0, mostKept);
}
