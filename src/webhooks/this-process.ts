import { hostname } from 'node:os'

/** Who works on the bodies of this process, for whoever looks into the journal. */
export function thisProcess(): string {
  return `${hostname()}:${process.pid}`
}
