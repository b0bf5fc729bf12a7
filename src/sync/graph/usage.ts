import { field, isRecord } from '../../webhooks/reading/fields.js'
import { parseExactly } from '../../webhooks/reading/parse-exactly.js'

/** How much of its limits the API says is used up. */
export interface Usage {
  /** The highest percentage in the headers; 0 without any. */
  readonly percent: number
  /** How long until calls are taken again, if the API says that they are not taken now. */
  readonly regainMs: number | null
}

const usageHeaders = ['x-app-usage', 'x-page-usage', 'x-business-use-case-usage']
const percentages = ['call_count', 'total_time', 'total_cputime']

/** Reads the headers with which every answer tells how near the limits are. What is no usage counts as nothing. */
export function readUsage(headers: Headers): Usage {
  const told = usageHeaders.flatMap((name) => usagesIn(parsed(headers.get(name))))
  const minutes = Math.max(0, ...told.map((usage) => numberIn(usage, 'estimated_time_to_regain_access')))
  return {
    percent: Math.max(0, ...told.flatMap((usage) => percentages.map((name) => numberIn(usage, name)))),
    regainMs: minutes > 0 ? minutes * 60_000 : null,
  }
}

export function isFull({ percent, regainMs }: Usage): boolean {
  return percent >= 100 || regainMs !== null
}

/** A page's or an app's usage is an object. That of business use cases is a list for each id. */
function usagesIn(value: unknown): readonly unknown[] {
  if (!isRecord(value)) return []
  return [value, ...Object.values(value).flatMap((member): readonly unknown[] => (Array.isArray(member) ? member : []))]
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : parseExactly(text)
  } catch {
    return null
  }
}

function numberIn(usage: unknown, name: string): number {
  const found = field(usage, name)
  return typeof found === 'number' && Number.isFinite(found) ? found : 0
}
