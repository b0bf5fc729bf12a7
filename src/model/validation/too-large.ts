/** Marks a zod issue as one about a size. `parse` makes PAYLOAD_TOO_LARGE from it. */
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
