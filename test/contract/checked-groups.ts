import { deepEqual } from 'node:assert/strict'
import { wrongGroups } from '../mongo/repeated-groups.js'
import type { MongoBackend } from './mongo-backend.js'

/** A backend that, when it is closed, looks whether every conversation repeats the group of its customer. */
export async function withCheckedGroups(opening: Promise<MongoBackend>): Promise<MongoBackend> {
  const backend = await opening
  return {
    ...backend,
    async close() {
      const wrong = await wrongGroups(backend.db)
      await backend.close()
      deepEqual(wrong, [])
    },
  }
}
