/** Says by its exit code whether the site in this container answers that it is ready: 0 for yes, 1 for no. */
import { get } from 'node:http';

const port = process.env.CHAMFER_PORT ?? '8000';
const request = get({ host: '127.0.0.1', port, path: '/health/ready', timeout: 3000, agent: false });
request.on('response', (response) => process.exit(response.statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
