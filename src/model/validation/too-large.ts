/** What marks a zod issue as a size: `parse` makes PAYLOAD_TOO_LARGE of it. */
export interface Oversize {
  readonly unit: string
  readonly limit: number
  readonly actual: number
}

export function tooLarge(unit: string, limit: number, actual: number) {
  return { code: 'custom' as const, message: `must be at most ${limit} ${unit}`, params: { oversize: { unit, limit, actual } } }
}

export function oversizeOf(params: unknown): Oversize | undefined {
  return (params as { oversize?: Oversize } | undefined)?.oversize
}
