import { inject, TestRunner } from 'vitest'
import type { ProvidedServers } from '../servers/provided.js'

/**
 * The URL of a server of this run. A test that asks for an absent one ends here as skipped, with the reason, whether it
 * said before that it needs the server or not; outside of a test, where nothing can be skipped, it is an error.
 */
export function serverUrl(name: keyof ProvidedServers): string {
  const server = inject(name)
  if (server.url !== null) return server.url
  const reason = `${name}: ${server.reason}`
  TestRunner.getCurrentTest()?.context.skip(reason)
  throw new Error(reason)
}

/**
 * Tests of a server that this machine can not run are skipped, and counted as such; with CONTRACT_REQUIRE the run has
 * failed before.
 */
export function isServerAbsent(name: keyof ProvidedServers): boolean {
  return inject(name).url === null
}
