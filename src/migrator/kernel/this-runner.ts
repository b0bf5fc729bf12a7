import { hostname } from 'node:os'

/** This process, as locks and ledgers name it: `host:pid`. */
export function thisRunner(): string {
  return `${hostname()}:${process.pid}`
}
