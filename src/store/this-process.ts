import { hostname } from 'node:os'

/** Who works in this process, for whoever looks into the journal of webhooks, at locks or into a ledger: `host:pid`. */
export function thisProcess(): string {
  return `${hostname()}:${process.pid}`
}
