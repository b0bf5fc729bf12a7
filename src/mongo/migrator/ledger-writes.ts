import { libraryVersion } from '../../migrator/kernel/library-version.js'
import { type Migration, migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError } from '../../model/errors.js'
import type { Doc, MongoCollection } from '../driver.js'
import { ledgerId } from './ledger.js'

/** What a holder writes into the ledger; each is one statement that asks for its token. Throws LEASE_LOST. */
export interface LedgerWrites {
  /** The intent. What was reverted begins anew, with no step done. */
  begin(migration: Migration, state: 'applying' | 'reverting'): Promise<void>
  /** A step that is done; with `last`, the migration is applied. */
  recordStep(migration: Migration, step: string, last: boolean): Promise<void>
  finish(migration: Migration, state: 'applied' | 'reverted'): Promise<void>
  fail(migration: Migration, step: string, message: string): Promise<void>
  /** Where a pass of `batch` has got to, with the batch's own writes where there is a session. */
  savePass(migration: Migration, pass: string, state: Doc, options?: object): Promise<void>
}

export function ledgerWrites(ledger: MongoCollection, token: number, key: string): LedgerWrites {
  const write = async (stage: Doc, options: object = {}) => {
    const { matchedCount } = await ledger.updateOne({ _id: ledgerId, token }, [{ $set: stage }], options)
    if (matchedCount === 0) throw new ConversationStoreError('LEASE_LOST', { key })
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
        seq: { $add: [{ $ifNull: [{ $max: '$entries.seq' }, 0] }, 1] },
      }
      const known = { $in: [{ $literal: migrationId(migration) }, { $ifNull: ['$entries.id', []] }] }
      const added = { $concatArrays: [{ $ifNull: ['$entries', []] }, [first]] }
      await write({ entries: { $cond: [known, changed(migration, { $mergeObjects: ['$$entry', again] }), added] } })
    },
    recordStep: (migration, step, last) =>
      ofEntry(migration, { steps: { $setUnion: ['$$entry.steps', [{ $literal: step }]] }, ...(last ? finished('applied') : {}) }),
    finish: (migration, state) => ofEntry(migration, { ...finished(state), ...(state === 'reverted' ? { steps: [] } : {}) }),
    fail: (migration, step, message) =>
      ofEntry(migration, {
        // One that was being undone is not to be taken for one that goes on from its steps.
        state: { $cond: [{ $eq: ['$$entry.state', 'reverting'] }, 'reverting', 'failed'] },
        failure: { step: { $literal: step }, message: { $literal: message } },
      }),
    savePass: (migration, pass, state, options) =>
      ofEntry(migration, { passes: { $mergeObjects: ['$$entry.passes', { [pass]: { $literal: state } }] } }, options),
  }
}

// What was applied half way goes on; what was reverted, or half reverted, begins anew.
const isBack = { $in: ['$$entry.state', ['reverted', 'reverting']] }
const goingOn = {
  steps: { $cond: [isBack, [], '$$entry.steps'] },
  passes: { $cond: [isBack, { $literal: {} }, '$$entry.passes'] },
}

function finished(state: 'applied' | 'reverted'): Doc {
  return { state, failure: null, finished_at: '$$NOW', passes: { $literal: {} } }
}

/** The entries, of which the migration's is `to`. */
function changed(migration: Migration, to: Doc): Doc {
  const isIt = { $eq: ['$$entry.id', { $literal: migrationId(migration) }] }
  return { $map: { input: '$entries', as: 'entry', in: { $cond: [isIt, to, '$$entry'] } } }
}
