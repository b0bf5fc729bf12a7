import { describe, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase } from './database.js'
import { everyCode, kinds, someCodes, walkCodes } from './error-codes.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('every code of the server', () => {
  test.each(kinds)('that $kind meets is an error of the library', { timeout: 600_000 }, async (kind) => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    await walkCodes(database, kind, process.env.STRESS_SCALE === 'small' ? someCodes : everyCode)
  })
})
