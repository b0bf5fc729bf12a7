import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { withCheckedGroups } from './checked-groups.js'
import { mongoBackend } from './mongo-backend.js'
import { serverLeftOut } from './postgres-backend.js'
import { isServerAbsent, serverUrl } from './server.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the contract on MongoDB with calls that share transactions', () => {
  const options = { coalesce: true }
  const backend = () =>
    withCheckedGroups(mongoBackend({ name: 'mongo, coalescing', url: serverUrl('mongoReplicaSet'), isReplicaSet: true, options }))
  runContract({ backend, test, leftOut: serverLeftOut })
})
