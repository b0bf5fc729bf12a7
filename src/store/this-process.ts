import { hostname } from 'node:os'

/** Who works in this process, for whoever looks into the journal of webhooks or at the locks of syncs. */
export function thisProcess(): string {
  return `${hostname()}:${process.pid}`
}
