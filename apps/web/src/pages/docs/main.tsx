/** Starts the page at `/docs`. */
import { mountPage } from '../../components/page-frame.tsx';
import { DocsPage } from './docs-page.tsx';

mountPage('docs', <DocsPage />);
