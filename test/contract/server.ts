import { inject, TestRunner } from 'vitest'
import type { ProvidedServers } from '../servers/provided.js'

/**
 * The URL of a server of this run. If the server is absent, the test that asks for it ends here as skipped, with the
 * reason, even if it did not declare that it needs the server. Outside of a test nothing can be skipped, so there it is
 * an error.
 */
export function serverUrl(name: keyof ProvidedServers): string {
  const server = inject(name)
  if (server.url !== null) return server.url
  const reason = `${name}: ${server.reason}`
  TestRunner.getCurrentTest()?.context.skip(reason)
  throw new Error(reason)
}

/**
 * Tests of a server that this machine cannot run are skipped, and counted as skipped. With CONTRACT_REQUIRE the run has
 * already failed before.
 */
export function isServerAbsent(name: keyof ProvidedServers): boolean {
  return inject(name).url === null
}
