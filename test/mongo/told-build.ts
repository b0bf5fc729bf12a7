import type { IndexBuild } from '../../src/migrator/kernel/index-build.js'
import type { Doc, MongoClientLike, MongoDb } from '../../src/mongo/driver.js'
import { watchBuilds } from '../../src/mongo/migrator/watch-builds.js'

/** What a run is told of a build of two indexes when the server answers with these operations, and what it asked. */
export async function toldBuild(operations: readonly Doc[]): Promise<{ readonly builds: readonly IndexBuild[]; readonly asked: Doc }> {
  const builds: IndexBuild[] = []
  let asked: Doc = {}
  const command = async (given: Doc) => {
    asked = given
    return { cursor: { firstBatch: operations } }
  }
  const client = { db: (name: string) => ({ databaseName: name, command }) } as unknown as MongoClientLike
  let look = () => {}
  const ticks = (given: () => void) => {
    look = given
    return () => {}
  }
  const watch = watchBuilds({ client, db: { databaseName: 'chat' } as MongoDb, ticks }, (build) => builds.push(build))
  await watch('idx_a, idx_b', async () => {
    look()
    await new Promise(setImmediate)
  })
  return { builds, asked }
}

/** An operation of the server that builds an index. */
export const building: Doc = {
  msg: 'Index Build: scanning collection Index Build: scanning collection: 1/3 33%',
  progress: { done: 1, total: 3 },
}
