import { describe, expect, test } from 'vitest'
import { migrateTarget } from '../../src/migrator/kernel/run-target.js'
import { mongoMigrations } from '../../src/mongo/migrator/runnable.js'
import { mongoTarget } from '../../src/mongo/migrator/target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { context, emptyDatabase, lock, migration, run } from './migration-runs.js'
import { building, toldBuild } from './told-build.js'

test('the progress of an index is told as the server tells it, of the build of this database and these indexes', async () => {
  const { builds, asked } = await toldBuild([building])
  expect(builds).toEqual([{ index: 'idx_a, idx_b', phase: 'scanning collection', done: 1, of: 3 }])
  expect(asked.pipeline).toMatchObject([
    { $currentOp: { allUsers: true } },
    { $match: { 'command.$db': 'chat', 'command.indexes.name': { $in: ['idx_a', 'idx_b'] } } },
    {},
  ])
})

test('a phase that counts nothing is told without a number, and what is not there is not told', async () => {
  const phase = 'waiting for commit quorum'
  expect((await toldBuild([{ msg: `Index Build: ${phase}` }])).builds).toEqual([{ index: 'idx_a, idx_b', phase, done: null, of: null }])
  expect((await toldBuild([])).builds).toEqual([])
})

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a build on MongoDB', () => {
  test('is watched by a migration and by a sync, each with a question that the server answers', async () => {
    await using database = await emptyDatabase(serverUrl('mongoReplicaSet'))
    const { client, db } = database
    let looks = 0
    const questions: Promise<unknown>[] = []
    const command = client.db('admin').command.bind(client.db('admin'))
    const noting = {
      db: (name: string) =>
        name !== 'admin'
          ? client.db(name)
          : {
              command(given: object) {
                const answer = command(given)
                questions.push(answer)
                return answer
              },
            },
      startSession: () => client.startSession(),
    }
    const target = mongoTarget({
      client: noting as never,
      db,
      migrations: mongoMigrations([migration({ indexes: [{ key: { a: 1 }, options: { name: 'idx_a' } }] })]),
      ticks(look) {
        looks++
        look()
        return () => {}
      },
    })
    const told: unknown[] = []
    await migrateTarget(target, run({ onBuild: (...build) => told.push(build) }))
    expect(looks).toBe(1)
    await db.collection('users').dropIndex('idx_a')
    const locked = await lock(target)
    await locked.syncIndexes({ indexSet: null, prune: false, collection: null }, context({ onBuild: (build) => told.push(build) }))
    await locked.release()
    expect(looks).toBe(2)
    expect(await Promise.all(questions)).toEqual([expect.objectContaining({ ok: 1 }), expect.objectContaining({ ok: 1 })])
  })
})
