import type { Random } from '../../histories/random.js'

/** What goes wrong with a call. An empty and a short page are no mistakes of the API. */
export type Fault =
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** The answer ends in the middle, as if it were whole. */
  | { readonly kind: 'half' }
  | { readonly kind: 'empty page' }
  | { readonly kind: 'short page' }

const full = JSON.stringify({ call_count: 100, total_time: 20, total_cputime: 20 })

const throttles: readonly Fault[] = [
  ...[4, 17, 32, 613].map((code) => ({ kind: 'error', status: 400, code }) as const),
  { kind: 'error', status: 429, code: 4 },
  { kind: 'error', status: 400, code: 368, headers: { 'x-app-usage': full } },
]

const everyFault: readonly Fault[] = [
  ...throttles,
  { kind: 'error', status: 500, code: 1 },
  { kind: 'error', status: 503, code: 2 },
  { kind: 'cut' },
  { kind: 'half' },
  { kind: 'empty page' },
  { kind: 'short page' },
]

/** Something goes wrong with this share of the calls. */
export function randomFaults(random: Random, share: number, faults: readonly Fault[] = everyFault): () => Fault | null {
  return () => (random.chance(share) ? random.pick(faults) : null)
}
