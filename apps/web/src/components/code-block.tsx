/** Code to read and to copy. */
import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactElement } from 'react';
import classes from './code-block.module.css';
import { Icon } from './icons.tsx';

export function CodeBlock({ code, label }: { code: string; label: string }): ReactElement {
  const { copied, copy } = useClipboard({ timeout: 1500 });
  const action = copied ? 'Copied' : `Copy: ${label}`;
  return (
    <div className={classes.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <ActionIcon
        className={classes.copy}
        variant="default"
        aria-label={action}
        title={action}
        onClick={() => copy(code)}
      >
        <Icon name={copied ? 'check' : 'copy'} size="1.1em" />
      </ActionIcon>
    </div>
  );
}
