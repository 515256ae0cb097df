import { type Key as InkKey, useInput } from 'ink';
import { useCallback } from 'react';
import { type Key, readKey } from '../terminal/read-key.ts';

/** Hears the keyboard while the component is drawn. */
export function useKeys(onKey: (key: Key) => void): void {
  useInput(
    useCallback(
      (input: string, inkKey: InkKey) => {
        const key = readKey(input, inkKey);
        if (key !== null) onKey(key);
      },
      [onKey],
    ),
  );
}
