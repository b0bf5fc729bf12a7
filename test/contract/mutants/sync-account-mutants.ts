import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'forOperator'
const caughtBy = 'tells the operator which accounts have sessions of syncs, in order, and no more than asked'

export const memorySyncAccountMutants: readonly MemoryMutant[] = [
  {
    bug: 'all accounts are found, whatever the limit',
    subject,
    caughtBy,
    call: (call) => call.send(call.name === 'findSyncAccounts' ? { ...Object(call.input), limit: 1_000_000 } : call.input),
  },
  {
    bug: 'accounts that have pulled nothing are found',
    subject,
    caughtBy,
    async call(call, { database }) {
      const found = await call.send()
      return call.name === 'findSyncAccounts' ? database.accounts().toSorted() : found
    },
  },
]

export const postgresSyncAccountMutants: readonly PostgresMutant[] = [
  {
    bug: 'the accounts end with the first',
    subject,
    caughtBy,
    statements: [{ replace: 'where t.account_id > a.account_id', by: 'where t.account_id < a.account_id' }],
    attempts: 2,
  },
]

export const mongoSyncAccountMutants: readonly MongoMutant[] = [
  {
    bug: 'an account is found once for each of its sessions',
    subject,
    caughtBy,
    commands: [
      {
        of: 'sync_state',
        by: ['aggregate'],
        change: ({ body }) => ({
          body: Array.isArray(body)
            ? body.flatMap((stage) =>
                '$group' in stage && stage.$group._id === '$accountId' ? [{ $project: { _id: '$accountId' } }] : [stage],
              )
            : body,
        }),
      },
    ],
  },
]
