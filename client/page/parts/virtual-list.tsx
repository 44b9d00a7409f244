/** A list of any length, of which only what is in sight is in the document. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

interface VirtualListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  readonly render: (item: T) => ComponentChildren;
}

/** Of a row, in CSS pixels: style/lists.css has the same. */
const rowHeight = 52;
/** So many rows are in sight at most; a shorter list is as high as it is long. */
const mostInSight = 10;

export function VirtualList<T>({ label, items, render }: VirtualListProps<T>): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows(frame, items.length);
  const height = Math.min(items.length, mostInSight) * rowHeight;
  return (
    // A region that scrolls is reached by the keyboard.
    <div
      class="virtual"
      ref={frame}
      role="group"
      aria-label={`${label}, ${items.length}`}
      tabIndex={0}
      style={{ '--height': `${height}px` }}
    >
      <ul style={{ '--height': `${items.length * rowHeight}px` }}>
        {rows.map(({ index, start }) => {
          const item = items[index];
          return item === undefined ? undefined : (
            <li
              key={index}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              style={{ '--top': `${start}px` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function useVirtualRows(frame: { readonly current: HTMLDivElement | null }, count: number) {
  const [, redraw] = useReducer<number, undefined>((times) => times + 1, 0);
  const kept = useRef<Virtualizer<HTMLDivElement, HTMLLIElement>>(undefined);
  const options = {
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    initialRect: { width: 320, height: rowHeight * mostInSight },
    overscan: 4,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => {
      redraw(undefined);
    },
  };
  kept.current ??= new Virtualizer(options);
  const virtualizer = kept.current;
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => {
    virtualizer._willUpdate();
  });
  return virtualizer.getVirtualItems();
}
