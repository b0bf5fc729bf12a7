import { test } from 'vitest'
import { withCheckedGroups } from './checked-groups.js'
import { comparing } from './model/comparing.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { serverUrl } from './server.js'

for (const seed of [1, 2, 3]) {
  test(`pg ${seed}`, () => comparing(postgresBackend({ name: 'postgres', url: serverUrl('postgres') }), { calls: 2_000, seed }), 900_000)
  test(`mongo ${seed}`, () => comparing(withCheckedGroups(mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })), { calls: 2_000, seed: seed + 10 }), 900_000)
}
test('pglite', () => comparing(pgliteBackend(), { calls: 2_000, seed: 99 }), 900_000)
