import { ConversationStoreError, type ErrorDetails } from '../model/errors.js'

/** A unique index of the host's over its messages that did not let some of them be moved. */
export interface RefusedMove extends Pick<ErrorDetails['DUPLICATE_KEYS'], 'collection' | 'index' | 'fields' | 'query'> {
  readonly cause: unknown
}

/**
 * DUPLICATE_KEYS for the conversations that were not merged because of the same index as the first. Each of them has at
 * least one such key. The keys themselves are left out, because a host may have the texts of its messages in one.
 */
function mergeRefused(database: string, first: RefusedMove, all: readonly RefusedMove[]): ConversationStoreError<'DUPLICATE_KEYS'> {
  const { cause, ...details } = first
  const totalGroups = all.filter(({ index }) => index === first.index).length
  return new ConversationStoreError(
    'DUPLICATE_KEYS',
    { database, ...details, groups: [], totalGroups, totalDocuments: 2 * totalGroups, during: 'merge' },
    { cause },
  )
}

/**
 * Runs some moves of messages, of which each leaves nothing behind when it throws, and goes on with the next when an
 * index of the host's refuses one. `end` throws what was refused.
 */
export function besideHostsIndexes(database: string, explain: (error: unknown) => Promise<RefusedMove | null>) {
  const refused: RefusedMove[] = []
  return {
    /** Returns `otherwise` if the move was refused. */
    async move<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
      try {
        return await work()
      } catch (error) {
        const move = await explain(error)
        if (move === null) throw error
        refused.push(move)
        return otherwise
      }
    },
    end(): void {
      const [first] = refused
      if (first !== undefined) throw mergeRefused(database, first, refused)
    },
  }
}
