/** Catches what fails while the page is drawn: the rest of the page, and a way on, stay there. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { describeFailure } from '../api/failure.ts';
import { FailureNote } from './failure-note.tsx';

interface State {
  readonly error: unknown;
  readonly hasFailed: boolean;
}

export class FailureBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined, hasFailed: false };

  static getDerivedStateFromError(error: unknown): State {
    return { error, hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main id="main" style={{ padding: 'var(--gap)' }}>
        <FailureNote failure={describeFailure(this.state.error)}>
          <Button onClick={() => location.reload()}>Reload the page</Button>
        </FailureNote>
      </main>
    );
  }
}
