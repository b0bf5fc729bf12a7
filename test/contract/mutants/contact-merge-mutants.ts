import type { ContactRow } from '../../../src/model/planning/rows.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant, MemoryState } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { ChangedFunction, PostgresMutant } from './mutated-postgres.js'

const merge = 'mergeContacts'
const unmerge = 'unmergeContacts'
const leads = 'lets the lost one’s id and customer lead to the kept one, and says so'
const typed = 'keeps a name that a person typed of the kept one'
const channels = 'writes to the kept one what is typed by the lost one’s id, and what the channel names its customer'
const listed = 'links no customers: each keeps its conversation, and both are listed under either contact'
const chains = 'follows chains in one step, and lets no circle be made'
const backAgain = 'puts both back as they were'
const changed = 'leaves to the kept one what was changed since'
const inReverse = 'gives back to the lost one the contacts that led to it, and is undone in reverse order'
const anew = 'is undone once by 8 callers, and merges anew after that'

/** After a call of this name, stores other rows of contacts than the adapter decided on. */
function after(name: string, change: (row: ContactRow, rows: readonly ContactRow[]) => ContactRow): Pick<MemoryMutant, 'call'> {
  return {
    async call(call, { database, accountIds }: MemoryState) {
      const answer = await call.send()
      for (const { people } of call.name === name ? [...accountIds].map(database.account) : []) {
        const rows = [...people.contacts.values()]
        for (const row of rows) people.putContact(change(row, rows))
      }
      return answer
    },
  }
}

export const memoryContactMergeMutants: readonly MemoryMutant[] = [
  { bug: 'the lost contact leads nowhere', subject: merge, caughtBy: leads, ...after(merge, (row) => ({ ...row, mergedInto: null })) },
  {
    bug: 'the kept contact takes the other one’s name whoever typed it',
    subject: merge,
    caughtBy: typed,
    ...after(merge, (row, rows) => ({ ...row, name: rows.find(({ mergedInto }) => mergedInto === row.id)?.name ?? row.name })),
  },
  {
    bug: 'what led to the lost contact still does',
    subject: merge,
    caughtBy: chains,
    world: (world) => ({ contact: (id) => world.contact(id) }),
    ...after(merge, (row, rows) => {
      const between = rows.find(({ id, mergedInto }) => mergedInto !== null && mergedInto === row.mergedInto && id !== row.id)
      return between === undefined || row.createdAt > between.createdAt ? row : { ...row, mergedInto: between.id }
    }),
  },
  {
    bug: 'the channel’s name goes to the lost contact',
    subject: merge,
    caughtBy: channels,
    world: (world) => ({
      contact(id) {
        const row = world.contact(id)
        return row && { ...row, mergedInto: null }
      },
    }),
  },
  {
    bug: 'the kept contact keeps what the merge brought it',
    subject: unmerge,
    caughtBy: backAgain,
    ...after(unmerge, (row, rows) => (row.name === null || row.nameSource === 'person' ? row : { ...row, name: rows[1]?.name ?? null })),
  },
]

const bugs: readonly (Omit<PostgresMutant, 'functions' | 'attempts'> & ChangedFunction)[] = [
  {
    bug: 'the lost contact leads nowhere',
    subject: merge,
    caughtBy: leads,
    name: 'merge_contacts',
    replace: 'set merged_into = v_kept.id,',
    by: 'set',
  },
  {
    bug: 'the kept contact takes the other one’s name whoever typed it',
    subject: merge,
    caughtBy: typed,
    name: 'merge_contacts',
    replace: "v_kept.name_source is distinct from 'person' and",
    by: 'true and',
  },
  {
    bug: 'what led to the lost contact still does',
    subject: merge,
    caughtBy: chains,
    name: 'merge_contacts',
    replace: 'y.merged_into = v_lost.id',
    by: 'false',
  },
  {
    bug: 'a merge of contacts is undone before a later one',
    subject: unmerge,
    caughtBy: inReverse,
    name: 'unmerge_contacts',
    replace: 'if other_id <> p_merge or v_kept.merged_into is not null then',
    by: 'if false then',
  },
  {
    bug: 'what led to the lost contact stays with the kept one',
    subject: unmerge,
    caughtBy: inReverse,
    name: 'unmerge_contacts',
    replace: 'x.id = any (v_merge.moved_ids)',
    by: 'false',
  },
  {
    bug: 'what was changed since goes with the merge',
    subject: unmerge,
    caughtBy: changed,
    name: 'unmerge_contacts',
    replace: 'and v_kept.metadata->t.key = t.value',
    by: '',
  },
  {
    bug: 'a merge of contacts stands on',
    subject: unmerge,
    caughtBy: anew,
    name: 'unmerge_contacts',
    replace: 'set undone_at = v_now',
    by: 'set undone_at = null',
  },
]

export const postgresContactMergeMutants: readonly PostgresMutant[] = bugs.map(({ bug, subject, caughtBy, ...changed }) => ({
  bug,
  subject,
  caughtBy,
  functions: [changed],
  attempts: 1,
}))

export const mongoContactMergeMutants: readonly MongoMutant[] = [
  {
    bug: 'the lost contact leads nowhere',
    subject: merge,
    caughtBy: leads,
    commands: [
      { of: 'contacts', by: ['bulkWrite'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'merged_into')) }) },
    ],
  },
  {
    bug: 'what led to the lost contact still does',
    subject: merge,
    caughtBy: chains,
    commands: [
      {
        of: 'contacts',
        by: ['bulkWrite'],
        // The two contacts have another time as well.
        change: ({ body }) => ({
          body: rewritten(body, (doc) => ('merged_into' in doc && !('updated_at' in doc) ? without(doc, 'merged_into') : doc)),
        }),
      },
    ],
  },
  {
    bug: 'a list by contact has only what names that contact',
    subject: merge,
    caughtBy: listed,
    commands: [{ of: 'contacts', by: ['find'], change: ({ filter }) => ({ filter: { ...filter, accountId: 'none' } }) }],
  },
  {
    bug: 'a merge of contacts stands on',
    subject: unmerge,
    caughtBy: anew,
    commands: [
      { of: 'contact_merges', by: ['updateOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, '$unset')) }) },
    ],
  },
]
