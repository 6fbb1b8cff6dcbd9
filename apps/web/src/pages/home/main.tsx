/** Starts the page at `/`. */
import { mountPage } from '../../components/page-frame.tsx';
import { HomePage } from './home-page.tsx';

mountPage('home', <HomePage />);
