import type { AllowClosedOptions } from './allow-closed-types.js'
import type { SwapOptions } from './swap-types.js'

/** What keeps doubles out of a table: what was made, by which helper, as it was told. */
export type KeptGuard = { readonly table: string } & (
  | { readonly helper: 'swapUniqueIndex'; readonly options: Pick<SwapOptions, 'conversations' | 'over' | 'oldIndex' | 'newIndex'> }
  | {
      readonly helper: 'allowClosedDuplicates'
      readonly options: Pick<AllowClosedOptions, 'conversations' | 'connections' | 'enforce' | 'keyColumn'>
    }
)

/** A guard that was made, and when. */
export type RememberedGuard = KeptGuard & { readonly since: Date }

/**
 * The guards that helpers made in a database, so that somebody can be told when one is gone. They are kept beside the
 * passes.
 */
export interface KeptGuards {
  /** Keeps it, in place of one of the same helper on the same table. Its time is that of the first. */
  remember(guard: KeptGuard): Promise<void>
  forget(guard: Pick<KeptGuard, 'helper' | 'table'>): Promise<void>
  all(): Promise<readonly RememberedGuard[]>
}

export function guardId({ helper, table }: Pick<KeptGuard, 'helper' | 'table'>): string {
  return `guard of ${table}: ${helper}`
}

/** The options of a helper without what can't be kept and what is not given. */
export function keptOptions<T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))) as Pick<T, K>
}
