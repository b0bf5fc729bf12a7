import { refusal } from '../model/validation/refusal.js'
import type { ConversationStore } from '../store/create-conversation-store.js'
import { allowClosedDuplicates } from './allow-closed-duplicates.js'
import { backfillAccountIds } from './backfill-account-ids.js'
import { shellWord } from './backup.js'
import { droppedText, guardsOf } from './dropped-guards.js'
import type { EnsureReadyOptions, ReadyPart } from './ensure-ready-types.js'
import { guardId, type KeptGuard } from './kept-guards.js'
import type { AdoptionOptions } from './options.js'
import { swapUniqueIndex } from './swap-unique-index.js'

/** One thing that has to be ready. */
export interface Part {
  readonly part: ReadyPart['part']
  readonly command: string
  /** What is missing, in sentences. It only reads. */
  problems(): Promise<readonly string[]>
  run(): Promise<unknown>
}

/** The parts that the host named, in the order in which they are done. */
export function partsOf(store: ConversationStore | null, options: EnsureReadyOptions): readonly Part[] {
  const { backfill, indexes, allowClosed } = options
  const named = backfill ?? indexes ?? allowClosed
  return [...(store === null ? [] : [schemaOf(store)]), ...(named === undefined ? [] : partsOfHost(commonOf(options), options))]
}

/** What each helper takes. Throws VALIDATION_FAILED without a database. */
function commonOf({
  db,
  mode: _,
  backfill: __,
  indexes: ___,
  allowClosed: ____,
  waitMs: _____,
  ...common
}: EnsureReadyOptions): AdoptionOptions {
  if (db === undefined) throw refusal(['db'], 'is needed: the database that has the tables of the host')
  return { ...common, db }
}

function partsOfHost(common: AdoptionOptions, { backfill, indexes, allowClosed }: EnsureReadyOptions): readonly Part[] {
  const parts: Part[] = []
  const kept = <T extends Pick<AdoptionOptions, 'conversations'>>(own: T) => {
    const options = { ...common, ...own }
    return { table: options.conversations?.name ?? 'conversations', options }
  }
  if (backfill !== undefined) {
    const helper = backfillAccountIds({ ...common, ...backfill })
    parts.push({
      part: 'backfill',
      command: 'npx conversation-store adopt accounts --apply',
      async problems() {
        const { ok, resolved } = await helper.verify()
        return ok ? [] : [`${resolved} conversation(s) have no account, and their integration has one.`]
      },
      run: () => helper.apply(),
    })
  }
  if (indexes !== undefined) {
    const helper = swapUniqueIndex({ ...common, ...indexes })
    parts.push({
      part: 'indexes',
      command: `npx conversation-store adopt swap-index${flagsOf(indexes)} --apply`,
      problems: () =>
        guarded(common, { helper: 'swapUniqueIndex', ...kept(indexes) }, async () => {
          const { ok, name, state, old, doubles } = await helper.verify()
          if (ok) return []
          const isMissing = state === 'unique' ? [] : [`The unique index ${name} is missing.`]
          const found = doubles === null ? [] : [`${doubles.totalDocuments} conversations share ${doubles.totalGroups} key(s) of it.`]
          return [...isMissing, ...found, ...old.map((each) => `The index ${each} still stands.`)]
        }),
      run: () => helper.apply(),
    })
  }
  if (allowClosed !== undefined) {
    const helper = allowClosedDuplicates({ ...common, ...allowClosed })
    parts.push({
      part: 'allowClosed',
      command: `npx conversation-store adopt allow-closed${allowClosed.enforce === 'key-column' ? ' --enforce=key-column' : ''} --apply`,
      problems: () =>
        guarded(common, { helper: 'allowClosedDuplicates', ...kept(allowClosed) }, async () => (await helper.verify()).problems),
      run: () => helper.apply(),
    })
  }
  return parts
}

function flagsOf({ over, oldIndex, newIndex }: NonNullable<EnsureReadyOptions['indexes']>): string {
  return [
    ...(over === 'all' ? [' --over=all'] : []),
    ...(oldIndex === undefined ? [] : [` --old-index=${shellWord(oldIndex)}`]),
    ...(newIndex === undefined ? [] : [` --new-index=${shellWord(newIndex)}`]),
  ].join('')
}

function schemaOf(store: ConversationStore): Part {
  return {
    part: 'schema',
    command: 'npx conversation-store migrate',
    async problems() {
      const { ok, missing, different, foreign = [] } = await store.checkSchema()
      if (ok) return []
      const words = [
        ...missing.map((what) => `${what} is missing`),
        ...different.map((what) => `${what} is different`),
        ...foreign.map((what) => `${what} is not the store's`),
      ]
      const more = words.length > 3 ? ` and ${words.length - 3} more` : ''
      return [`The schema of the store is not up to date: ${words.slice(0, 3).join(', ')}${more}.`]
    },
    run: () => store.migrate(),
  }
}

/** The problems of what keeps doubles out. If it stood once, that is said first: something has dropped it. */
async function guarded({ db }: AdoptionOptions, guard: KeptGuard, read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const problems = await read()
  if (problems.length === 0) return problems
  const kept = await (await guardsOf(db, guard.options.conversations?.schema)).all()
  const stood = kept.find((each) => guardId(db, each) === guardId(db, guard))
  return stood === undefined ? problems : [droppedText(stood.since), ...problems]
}
