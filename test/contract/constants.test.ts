import { deepEqual, notDeepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { type AgeMarks, ageInMemory, ageInMongo, ageInPostgres } from './aged-marks.js'
import { changedConstants, constantsOf } from './constants/changed-constants.js'
import { identityScenarios } from './constants/identity-scenarios.js'
import { inboxMoveScenarios } from './constants/inbox-move-scenarios.js'
import { journalScenarios } from './constants/journal-scenarios.js'
import { limitScenarios } from './constants/limit-scenarios.js'
import { lockBySqlOf, type Room, sqlOf } from './constants/room.js'
import { ruleScenarios } from './constants/rule-scenarios.js'
import { syncScenarios } from './constants/sync-scenarios.js'
import { waitingScenarios } from './constants/waiting-scenarios.js'
import { present } from './present.js'
import { isServerAbsent, serverUrl } from './server.js'

// Every module that is imported from here on gets the changed constants instead of the model's.
vi.doMock('../../src/model/limits.js', () => changedConstants)

const scenarios = Object.entries({
  ...identityScenarios,
  ...limitScenarios,
  ...ruleScenarios,
  ...waitingScenarios,
  ...journalScenarios,
  ...syncScenarios,
  ...inboxMoveScenarios,
})

test('every constant of the model has another value here, and a scenario that shows it', async () => {
  const real = constantsOf(await vi.importActual<Record<string, unknown>>('../../src/model/limits.js'))
  const changed = constantsOf(changedConstants)
  deepEqual([...changed.keys()].sort(), [...real.keys()].sort())
  deepEqual(scenarios.map(([name]) => name).sort(), [...real.keys()].sort())
  for (const [name, value] of real) notDeepEqual(changed.get(name), value)
})

interface Opened {
  readonly backend: ContractBackend
  readonly sql: Room['sql']
  readonly lockBySql: Room['lockBySql']
  readonly age: AgeMarks
}

const backends: Readonly<Record<string, { readonly isAbsent: boolean; open(): Promise<Opened> }>> = {
  memory: {
    isAbsent: false,
    async open() {
      const { memoryBackend } = await import('./memory.js')
      return { backend: memoryBackend(), sql: null, lockBySql: null, age: ageInMemory }
    },
  },
  PGlite: {
    isAbsent: false,
    async open() {
      const { pgliteBackend } = await import('./pglite.js')
      const backend = await pgliteBackend()
      const [row] = await backend.query("select pronamespace::regnamespace::text as schema from pg_proc where proname = 'new_row_id'")
      const schema = String(present(row).schema)
      const { query } = backend
      return { backend, sql: sqlOf(query, schema), lockBySql: lockBySqlOf(query, schema), age: ageInPostgres(query, schema) }
    },
  },
  PostgreSQL: {
    isAbsent: isServerAbsent('postgres'),
    async open() {
      const { postgresBackend } = await import('./postgres-backend.js')
      const backend = await postgresBackend({ name: 'postgres', url: serverUrl('postgres') })
      const { query, schema } = backend
      return { backend, sql: sqlOf(query, schema), lockBySql: lockBySqlOf(query, schema), age: ageInPostgres(query, schema) }
    },
  },
  MongoDB: {
    isAbsent: isServerAbsent('mongoReplicaSet'),
    async open() {
      const { mongoBackend } = await import('./mongo-backend.js')
      const backend = await mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })
      return { backend, sql: null, lockBySql: null, age: ageInMongo(backend.db) }
    },
  },
}

describe.each(Object.entries(backends))('%s follows the constant', (_, { isAbsent, open }) => {
  let opened: Opened | undefined
  let room: Room | undefined

  beforeAll(async () => {
    if (isAbsent) return
    opened = await open()
    const { backend, sql, lockBySql, age } = opened
    const { createConversationStore } = await import('../../src/index.js')
    const account: Room['account'] = (name, clock) =>
      createConversationStore({ adapter: backend.createAdapter(), ...(clock ? { clock } : {}) }).forAccount(name)
    const operator = () => createConversationStore({ adapter: backend.createAdapter() }).forOperator()
    room = { backend, account, operator, sql, lockBySql, age }
  })
  afterAll(async () => {
    vi.useRealTimers()
    await opened?.backend.close()
  })

  test.skipIf(isAbsent).each(scenarios)('%s', async (_name, scenario) => {
    await scenario(present(room))
  })
})
