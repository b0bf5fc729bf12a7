import type { ItemContext } from '../reading/item-context.js'

export type WidgetContext = ItemContext & { readonly customerId: string }
