import { deepEqual, ok } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { unscopedCollections } from './account-scope.js'
import { withCheckedGroups } from './checked-groups.js'
import { mongoBackend } from './mongo-backend.js'
import { serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the contract on a MongoDB replica set', () => {
  const missing = new Set<string>()
  let commands = 0
  let isOver = false
  const onCommand = (command: Readonly<Record<string, unknown>>) => {
    if (isOver) return
    commands += 1
    for (const found of unscopedCollections(command)) missing.add(`${found}: ${JSON.stringify(command).slice(0, 500)}`)
  }
  // What is read of whole collections when the run is over does not count.
  const backend = async () => {
    const opened = await mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true, onCommand })
    const checked = await withCheckedGroups(Promise.resolve(opened))
    return {
      ...checked,
      close() {
        isOver = true
        return checked.close()
      },
    }
  }
  runContract({ backend, test, leftOut: serverLeftOut })

  test('every command of the run names the account for every collection that it touches', () => {
    ok(commands > 1_000, `only ${commands} commands were seen`)
    deepEqual([...missing], [])
  })
})
