import { without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'LEASE_LOST'
const refused = 'comes from every write under a lease that was taken over, released, or never given, and nothing is written'
const ordered = 'lets no write of a holder take effect after another one has the lease, however many are under way'
const answered = 'does not come from the holder, whose writes have the same answers as without a lease, also once its time is over'
const foreign = 'does not come for another account’s lease of the same name, which guards nothing here'

export const memoryGuardMutants: readonly MemoryMutant[] = [
  {
    bug: 'a write does not look at its lease',
    subject,
    caughtBy: refused,
    call: (call) => call.send({ ...(call.input as object), lease: undefined }),
  },
  {
    bug: 'a lease whose time is over guards no write any more',
    subject,
    caughtBy: answered,
    call: async (call, { database }) => {
      const { accountId, lease } = call.input as { accountId: string; lease?: { kind: string; key: string } }
      const found = lease === undefined ? null : database.account(accountId).leases.find(lease)
      if (lease !== undefined && found !== null && found.expiresAt <= new Date()) database.account(accountId).leases.remove(lease)
      return call.send()
    },
  },
]

export const postgresGuardMutants: readonly PostgresMutant[] = [
  {
    bug: 'a write looks at its lease whatever the token is',
    subject,
    caughtBy: refused,
    statements: [{ replace: /l\.token = (\$\d+)::bigint for key share/, by: '$1::bigint > 0 for key share' }],
    attempts: 1,
  },
  {
    bug: 'a write looks at its lease in no account',
    subject,
    caughtBy: foreign,
    statements: [{ replace: /where l\.account_id = (\$\d+)\n(and l\.kind .* for key share)/, by: 'where $1::text is not null\n$2' }],
    attempts: 1,
  },
  {
    bug: 'a write does not lock its lease',
    subject,
    caughtBy: ordered,
    statements: [{ replace: ' for key share', by: '' }],
    attempts: 10,
  },
  {
    bug: 'a lease whose time is over guards no write any more',
    subject,
    caughtBy: answered,
    statements: [{ replace: ' for key share', by: ' and l.expires_at > clock_timestamp() for key share' }],
    attempts: 1,
  },
]

export const mongoGuardMutants: readonly MongoMutant[] = [
  {
    bug: 'a write looks at its lease whatever the token is',
    subject,
    caughtBy: refused,
    commands: [
      { of: 'leases', by: ['updateOne', 'findOne'], change: ({ filter }) => ({ filter: without(filter, 'token') }) },
      { of: 'lease_tokens', by: ['updateOne'], change: ({ filter }) => ({ filter: without(filter, 'token') }) },
    ],
  },
  {
    bug: 'a write that was released of its lease goes on',
    subject,
    caughtBy: refused,
    commands: [{ of: 'leases', by: ['updateOne', 'findOne'], change: ({ filter }) => ({ filter: without(filter, 'holder') }) }],
  },
  {
    bug: 'a lease whose time is over guards no write any more',
    subject,
    caughtBy: answered,
    commands: [
      {
        of: 'leases',
        by: ['findOne'],
        change: ({ filter }) => ('holder' in filter ? { filter: { ...filter, $expr: { $gt: ['$expires_at', '$$NOW'] } } } : {}),
      },
    ],
  },
  {
    bug: 'a write does not lock its lease',
    subject,
    caughtBy: ordered,
    commands: [{ of: 'lease_tokens', by: ['updateOne'], change: ({ options }) => ({ options: without(options, 'session') }) }],
    attempts: 10,
  },
]
