/**
 * Keeps web pages of other sites away from a site on loopback, which has no login: refuses requests under any name but
 * a loopback one (DNS rebinding), and requests that a page of another origin makes. And says which programs are on the
 * same machine, for what only those may do.
 */
import { SiteError } from '../errors.ts';

/** Loopback as RFC 6890 has it, and as IPv6 sockets show it. */
const LOOPBACK_PEER = /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Throws `HOST_REFUSED` or `ORIGIN_REFUSED`. */
export function requireLoopback(host: string | undefined, origin: string | undefined): void {
  if (host === undefined || !LOOPBACK.test(host)) {
    const shown = JSON.stringify((host ?? '').slice(0, 100));
    throw new SiteError('HOST_REFUSED', `The Host header says ${shown}; use localhost or 127.0.0.1.`);
  }
  // A page opened from a file, and a sandboxed frame, have the origin "null".
  if (origin !== undefined && !LOOPBACK.test(origin.replace(/^https?:\/\//, ''))) {
    const shown = JSON.stringify(origin.slice(0, 100));
    throw new SiteError('ORIGIN_REFUSED', `The request comes from a page of ${shown}.`);
  }
}

/** `address` is of the other end of the connection. Throws `LOOPBACK_ONLY`. */
export function requireLoopbackPeer(address: string | undefined): void {
  if (address !== undefined && LOOPBACK_PEER.test(address)) return;
  const what =
    'This changes what the site serves, and there is no login: only programs on its own machine may.';
  throw new SiteError('LOOPBACK_ONLY', what);
}
