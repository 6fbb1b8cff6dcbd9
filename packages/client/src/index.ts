/** The SDK of a Chamfer site. */
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type DesignPage,
  type RecommendOptions,
} from './client.ts';
export { ClientError, type ClientErrorCode } from './errors.ts';
