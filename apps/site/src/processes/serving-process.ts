/** A serving process's side of the supervisor: the catalogues that the supervisor keeps for all, and what it is told. */
import { SiteError } from '../errors.ts';
import type { CatalogueStore, StoredCatalogue } from '../storage/design-store.ts';
import type { ModelChange, ServingMessage, SupervisorMessage } from './messages.ts';

export function tellSupervisor(message: ServingMessage): void {
  process.send!(message);
}

/** What was changed in another process is changed here too; `apply` does not tell of it again. */
export function followModelChanges(apply: (change: ModelChange) => void): void {
  process.on('message', (message: SupervisorMessage) => {
    if ('change' in message) apply(message.change);
  });
}

/** The database belongs to the supervisor: one process writes it, and another site is refused whichever serves. */
export class SupervisedStore implements CatalogueStore {
  readonly #asked = new Map<number, PromiseWithResolvers<StoredCatalogue | null>>();
  #count = 0;

  constructor() {
    process.on('message', (message: SupervisorMessage) => {
      if ('change' in message) return;
      const asked = this.#asked.get(message.id);
      this.#asked.delete(message.id);
      if (message.ok) asked?.resolve(message.value);
      else asked?.reject(new SiteError('INTERNAL', message.message));
    });
  }

  read(importKey: string): Promise<StoredCatalogue | null> {
    return this.#ask((id) => ({ kind: 'read catalogue', id, importKey }));
  }

  async replace(importKey: string, catalogue: StoredCatalogue): Promise<void> {
    await this.#ask((id) => ({ kind: 'replace catalogue', id, importKey, catalogue }));
  }

  #ask(message: (id: number) => ServingMessage): Promise<StoredCatalogue | null> {
    const id = ++this.#count;
    const answered = Promise.withResolvers<StoredCatalogue | null>();
    this.#asked.set(id, answered);
    tellSupervisor(message(id));
    return answered.promise;
  }
}

/** Native code cannot be told to stop, and exiting would wait for it. All that is to be kept was written before. */
export function exitProcess(isInNativeCode: boolean): never {
  if (isInNativeCode) process.kill(process.pid, 'SIGKILL');
  process.exit(0);
}
