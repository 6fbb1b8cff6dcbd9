/** What both pages stand in: theme, header with links and colour scheme, main part. */
import { MantineProvider } from '@mantine/core';
import { type ReactElement, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ColourSchemeButton } from './colour-scheme-button.tsx';
import { FailureBoundary } from './failure-boundary.tsx';
import logoUrl from './logo.svg';
import classes from './page-frame.module.css';
import { theme } from './theme.ts';
import './theme.css';

export type PageName = 'home' | 'docs';

function Header({ page }: { page: PageName }): ReactElement {
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <a className={classes.brand} href={page === 'home' ? '#/' : '/'}>
          <img src={logoUrl} width="28" height="28" alt="" />
          <span>Chamfer</span>
        </a>
        <p className={classes.tagline}>finds the designs most like your part</p>
        <nav className={classes.links} aria-label="Site">
          <a href={page === 'home' ? '#/models' : '/#/models'}>Models</a>
          <a href="/docs" aria-current={page === 'docs' ? 'page' : undefined}>
            API docs
          </a>
        </nav>
        <ColourSchemeButton />
      </div>
    </header>
  );
}

/** A button, not a link: the home page keeps its state in the part of the address that a link would replace. */
function skipToMain(): void {
  document.getElementById('main')?.focus();
}

/** Draws a page into the document. */
export function mountPage(page: PageName, children: ReactNode): void {
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <button type="button" className={classes.skip} onClick={skipToMain}>
          Skip to the content
        </button>
        <Header page={page} />
        <FailureBoundary>{children}</FailureBoundary>
      </MantineProvider>
    </StrictMode>,
  );
}
