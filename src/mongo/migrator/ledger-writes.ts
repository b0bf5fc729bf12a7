import { randomUUID } from 'node:crypto'
import { libraryVersion } from '../../migrator/kernel/library-version.js'
import { auditOwner, type Migration, migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import { thisProcess } from '../../store/this-process.js'
import type { Doc, MongoCollection } from '../driver.js'
import { ledgerId } from './ledger.js'

/**
 * What the holder of the lease writes into the ledger. Each write is one statement that also compares the holder's
 * token. Throws LEASE_LOST.
 */
export interface LedgerWrites {
  /** Records that a migration begins. One that was reverted begins again with no step done. */
  begin(migration: Migration, state: 'applying' | 'reverting'): Promise<void>
  /** Records that a step is done. With `last`, the migration is applied. */
  recordStep(migration: Migration, step: string, last: boolean): Promise<void>
  /** Writes a line of an operator. */
  note(text: string): Promise<void>
  /** Removes the entries with these ids. */
  forget(ids: readonly string[]): Promise<void>
  finish(migration: Migration, state: 'applied' | 'reverted'): Promise<void>
  fail(migration: Migration, step: string, message: string): Promise<void>
  /**
   * Records how far a pass of `batch` has got. With a session in `options`, it does so in the transaction of the
   * batch's own writes.
   */
  savePass(migration: Migration, pass: string, state: Doc, options?: object): Promise<void>
}

export function ledgerWrites(ledger: MongoCollection, token: number, key: string): LedgerWrites {
  const write = async (stage: Doc, options: object = {}) => {
    const { matchedCount } = await ledger.updateOne({ _id: ledgerId, token }, [{ $set: stage }], options)
    if (matchedCount === 0) throw new ConversationStoreError('LEASE_LOST', { key, reason: 'taken over' })
  }
  const ofEntry = (migration: Migration, fields: Doc, options: object = {}) =>
    write({ entries: changed(migration, { $mergeObjects: ['$$entry', fields] }) }, options)

  return {
    async begin(migration, state) {
      const shared = {
        name: { $literal: migration.name },
        checksum: migration.checksum,
        state,
        library_version: libraryVersion,
        run_by: { $literal: thisProcess() },
        started_at: '$$NOW',
        finished_at: null,
      }
      const again = { ...shared, attempts: { $add: ['$$entry.attempts', 1] }, ...(state === 'applying' ? goingOn : {}) }
      const first = {
        ...shared,
        id: { $literal: migrationId(migration) },
        owner: { $literal: migration.owner },
        collection: { $literal: migration.collection },
        version: { $literal: migration.version },
        steps: [],
        passes: { $literal: {} },
        attempts: 1,
        failure: null,
        seq: nextSeq,
      }
      const known = { $in: [{ $literal: migrationId(migration) }, { $ifNull: ['$entries.id', []] }] }
      const added = { $concatArrays: [{ $ifNull: ['$entries', []] }, [first]] }
      await write({ entries: { $cond: [known, changed(migration, { $mergeObjects: ['$$entry', again] }), added] } })
    },
    async note(text) {
      const line = {
        id: `${auditOwner}/${randomUUID()}`,
        owner: auditOwner,
        collection: '',
        version: '0',
        name: { $literal: text },
        checksum: '',
        state: 'applied',
        library_version: libraryVersion,
        run_by: { $literal: thisProcess() },
        started_at: '$$NOW',
        finished_at: '$$NOW',
        steps: [],
        passes: { $literal: {} },
        attempts: 1,
        failure: null,
        seq: nextSeq,
      }
      await write({ entries: { $concatArrays: [{ $ifNull: ['$entries', []] }, [line]] } })
    },
    forget: (ids) =>
      write({ entries: { $filter: { input: '$entries', as: 'entry', cond: { $not: { $in: ['$$entry.id', { $literal: ids }] } } } } }),
    recordStep: (migration, step, last) =>
      ofEntry(migration, { steps: { $setUnion: ['$$entry.steps', [{ $literal: step }]] }, ...(last ? finished('applied') : {}) }),
    finish: (migration, state) => ofEntry(migration, { ...finished(state), ...(state === 'reverted' ? { steps: [] } : {}) }),
    fail: (migration, step, message) =>
      ofEntry(migration, {
        // A failed revert stays `reverting`. As `failed`, the migration would be taken for one that can continue after
        // its recorded steps.
        state: { $cond: [{ $eq: ['$$entry.state', 'reverting'] }, 'reverting', 'failed'] },
        failure: { step: { $literal: step }, message: { $literal: message } },
      }),
    savePass: (migration, pass, state, options) =>
      ofEntry(migration, { passes: { $mergeObjects: ['$$entry.passes', { [pass]: { $literal: state } }] } }, options),
  }
}

const nextSeq = { $add: [{ $ifNull: [{ $max: '$entries.seq' }, 0] }, 1] }

// A half-applied migration continues with its steps. One that was reverted, or half reverted, begins again.
const isBack = { $in: ['$$entry.state', ['reverted', 'reverting']] }
const goingOn = {
  steps: { $cond: [isBack, [], '$$entry.steps'] },
  passes: { $cond: [isBack, { $literal: {} }, '$$entry.passes'] },
}

function finished(state: 'applied' | 'reverted'): Doc {
  return { state, failure: null, finished_at: '$$NOW', passes: { $literal: {} } }
}

/** The entries, with the migration's own replaced by `to`. */
function changed(migration: Migration, to: Doc): Doc {
  const isIt = { $eq: ['$$entry.id', { $literal: migrationId(migration) }] }
  return { $map: { input: '$entries', as: 'entry', in: { $cond: [isIt, to, '$$entry'] } } }
}
