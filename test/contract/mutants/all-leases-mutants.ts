import { answering, inFunction, statement } from './lease-mutants.js'
import { without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const operators = 'forOperator'
const listedForAll = 'lists the leases of all accounts by account, kind and key, page by page, and none of the operator’s own'
const overForAll = 'releases the leases of a kind whose time is over, in every account, and no other one'
const tidiedUp = 'releases each lease that is over once, however many tidy up at once, and none that is renewed or taken over meanwhile'

export const memoryAllLeasesMutants: readonly MemoryMutant[] = [
  {
    bug: 'the leases of all accounts are listed in every kind',
    subject: operators,
    caughtBy: listedForAll,
    ...answering('listAllLeases', (input) => ({ ...input, kind: null })),
  },
  {
    bug: 'a lease that is held is released as over',
    subject: operators,
    caughtBy: overForAll,
    ...answering('releaseExpiredLeases', (input) => ({ ...input, now: new Date('9000-01-01') })),
  },
  {
    bug: 'a lease that is released as over takes its tokens along',
    subject: operators,
    caughtBy: overForAll,
    call: async (call, { database, accountIds }) => {
      const released = await call.send()
      if (call.name !== 'releaseExpiredLeases') return released
      for (const accountId of accountIds) {
        const { leases } = database.account(accountId)
        Object.assign(leases, { nextToken: () => 1 })
      }
      return released
    },
  },
]

const tidying = inFunction('release_expired_leases', operators)

export const postgresAllLeasesMutants: readonly PostgresMutant[] = [
  statement(
    'the leases of all accounts are listed in every kind',
    operators,
    listedForAll,
    /and l\.kind = (\$\d+)\norder by l\.account_id/,
    'and $1::text is not null\norder by l.account_id',
  ),
  tidying('a lease that is held is released as over', overForAll, /and l\.expires_at <= date_trunc\([^)]*\(\)\)/, ''),
  tidying('leases of every kind are released as over', overForAll, /l\.kind = p_kind and/, ''),
  tidying('the operator’s own lease is released as over', overForAll, "l.account_id <> e'' and", ''),
  {
    ...tidying('a lease that is renewed while it is released goes', tidiedUp, 'for update skip locked', ''),
    slowed: [{ name: 'release_expired_leases', replace: 'using over o', by: 'using (select o.*, pg_sleep(0.01) from over o) o' }],
  },
]

export const mongoAllLeasesMutants: readonly MongoMutant[] = [
  {
    bug: 'the leases of all accounts are listed in every kind',
    subject: operators,
    caughtBy: listedForAll,
    commands: [{ of: 'leases', by: ['find'], change: ({ filter }) => ({ filter: without(filter, 'kind') }) }],
  },
  {
    bug: 'a lease that is held is released as over',
    subject: operators,
    caughtBy: overForAll,
    commands: [{ of: 'leases', by: ['updateMany'], change: ({ filter }) => ({ filter: without(filter, '$expr') }) }],
  },
  {
    bug: 'leases of every kind are released as over',
    subject: operators,
    caughtBy: overForAll,
    commands: [{ of: 'leases', by: ['updateMany'], change: ({ filter }) => ({ filter: without(filter, 'kind') }) }],
  },
]
