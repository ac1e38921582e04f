/** What may be done with a document now, and what may not. */
export interface Actions<Action, Reason> {
  /** The actions that would not be refused. */
  readonly available: readonly Action[];
  /** Those that would be, and why. */
  readonly unavailable: readonly { readonly action: Action; readonly reason: Reason }[];
}

/** Sorts actions by the decision on each: a next state, or a reason to refuse it. They keep their order. */
export function sortActions<Action, Reason>(
  actions: readonly Action[],
  decide: (action: Action) => { readonly next: unknown } | { readonly reason: Reason },
): Actions<Action, Reason> {
  const available: Action[] = [];
  const unavailable: { readonly action: Action; readonly reason: Reason }[] = [];
  for (const action of actions) {
    const outcome = decide(action);
    if ('next' in outcome) available.push(action);
    else unavailable.push({ action, reason: outcome.reason });
  }
  return { available, unavailable };
}
