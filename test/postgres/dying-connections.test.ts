import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'

const host = fileURLToPath(new URL('host-of-a-dying-server.ts', import.meta.url))

describe.skipIf(isServerAbsent('postgres'))('a host lives on when the server ends a connection at the end of its start-up', () => {
  test.each([
    ['call', 'UNAVAILABLE'],
    ['cancel', 'ABORTED'],
    ['migrate', 'UNAVAILABLE'],
  ])('under the connection of a %s', async (scenario, code) => {
    const command = ['--import', 'tsx', host, serverUrl('postgres'), scenario]
    const { stdout } = await promisify(execFile)(process.execPath, command)
    expect(stdout).toBe(`${code}\ndone\n`)
  })
})
