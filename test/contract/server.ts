import { inject } from 'vitest'
import type { ProvidedServers } from '../servers/provided.js'

/** The URL of a server of this run, or why there is none. */
export function serverUrl(name: keyof ProvidedServers): string {
  const server = inject(name)
  if (server.url === null) throw new Error(`${name}: ${server.reason}`)
  return server.url
}

/** Tests of a server that this machine can not run are skipped, and counted as such; with CONTRACT_REQUIRE the run has failed before. */
export function isServerAbsent(name: keyof ProvidedServers): boolean {
  return inject(name).url === null
}
