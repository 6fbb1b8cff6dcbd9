/** The site that serves this page: one client for every call. */
import { type Client, createClient } from '@chamfer/client';

export const site: Client = createClient({ url: '' });
