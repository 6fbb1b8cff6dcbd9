/**
 * Keeps several processes serving one port: starts them, replaces one that ends, passes signals on, and keeps the
 * database for all of them. Serves nothing itself, so that nothing but a signal ends it.
 */
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { CatalogueStore } from '../storage/design-store.ts';
import type { ModelChange, ServingMessage, SupervisorMessage } from './messages.ts';

/** A process that could not start is tried again after the first of these, then after twice that, up to the second. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 10_000;

interface Log {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

export interface SupervisorOptions {
  /** The file that each process runs, and what it is told there. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly processes: number;
  readonly store: CatalogueStore;
  readonly log: Log;
}

export interface Refusal {
  readonly message: string;
  readonly exitCode: number;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #serving = new Set<Worker>();
  readonly #allEnded = Promise.withResolvers<void>();
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { entry: exec, args } = options;
    cluster.setupPrimary({ exec, args: [...args], serialization: 'advanced' });
  }

  /**
   * Starts one process, which finds out whether the site can start and imports what there is to import, then the
   * others. Answers what to tell whoever started the site, or why it cannot start.
   */
  async start(): Promise<readonly string[] | Refusal> {
    const first = await this.#startOne();
    if ('message' in first) return first;
    const others = Array.from({ length: this.#options.processes - 1 }, () => this.#startOne());
    const refused = (await Promise.all(others)).find((one) => 'message' in one);
    if (refused !== undefined) return refused;
    return first;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Every process finishes what it has. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { process } of this.#serving) process.kill('SIGTERM');
    if (this.#serving.size > 0) await this.#allEnded.promise;
  }

  kill(): void {
    for (const { process } of this.#serving) process.kill('SIGKILL');
  }

  #startOne(): Promise<readonly string[] | Refusal> {
    const worker = cluster.fork();
    this.#serving.add(worker);
    let wasReady = false;
    return new Promise((resolve) => {
      worker.on('message', (message: ServingMessage) => {
        if (message.kind === 'ready') {
          wasReady = true;
          resolve(message.greeting);
        } else if (message.kind === 'refused') resolve(message);
        else if (message.kind === 'models changed') this.#tellOthers(worker, message.change);
        else void this.#answer(worker, message);
      });
      worker.once('exit', (code, signal) => {
        this.#serving.delete(worker);
        if (wasReady && !this.#isStopping) void this.#replace(worker);
        if (this.#serving.size === 0) this.#allEnded.resolve();
        resolve({ message: `A serving process ended before it was ready (${signal ?? code}).`, exitCode: 1 });
      });
    });
  }

  #tellOthers(teller: Worker, change: ModelChange): void {
    for (const worker of this.#serving) {
      if (worker !== teller && worker.isConnected()) worker.send({ change } satisfies SupervisorMessage);
    }
  }

  /** Until there is one more process again. */
  async #replace(ended: Worker): Promise<void> {
    const { log } = this.#options;
    log.warn({ pid: ended.process.pid }, 'a serving process ended and is replaced');
    for (let waitMs = RETRY_MS_MIN; !this.#isStopping; waitMs = Math.min(RETRY_MS_MAX, 2 * waitMs)) {
      const started = await this.#startOne();
      if (!('message' in started)) return;
      log.warn({ reason: started.message, retryMs: waitMs }, 'a serving process could not start');
      await sleep(waitMs);
    }
  }

  async #answer(
    worker: Worker,
    message: Exclude<ServingMessage, { kind: 'ready' | 'refused' | 'models changed' }>,
  ): Promise<void> {
    const { id, importKey } = message;
    let answer: SupervisorMessage;
    try {
      const { store } = this.#options;
      const value = message.kind === 'read catalogue' ? await store.read(importKey) : null;
      if (message.kind === 'replace catalogue') await store.replace(importKey, message.catalogue);
      answer = { id, ok: true, value };
    } catch (error) {
      answer = { id, ok: false, message: messageOf(error) };
    }
    if (worker.isConnected()) worker.send(answer);
  }
}
