import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { VirtualList } from './virtual-list.tsx';

interface FilteredListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** What is searched in; lower case is as good as upper case. */
  readonly textOf: (item: T) => string;
  readonly render: (item: T) => ComponentChildren;
}

/** So few are found by looking. */
const few = 8;

/** A list of any length, and a field that narrows it where it is long. */
export function FilteredList<T>(props: FilteredListProps<T>): JSX.Element {
  const { label, items, textOf, render } = props;
  const [wanted, setWanted] = useState('');
  const text = wanted.trim().toLowerCase();
  const shown = items.filter((item) => textOf(item).toLowerCase().includes(text));
  if (items.length === 0) return <p>None.</p>;
  return (
    <>
      {items.length > few && (
        <div class="search" role="search">
          <label>
            Show those with{' '}
            <input
              type="search"
              value={wanted}
              onInput={({ currentTarget }) => {
                setWanted(currentTarget.value);
              }}
            />
          </label>
          <span role="status">
            {shown.length} of {items.length}
          </span>
        </div>
      )}
      <VirtualList label={label} items={shown} render={render} />
    </>
  );
}
