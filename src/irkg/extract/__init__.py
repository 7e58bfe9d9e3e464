"""From a document to claims: mentions, dependency rules, antecedents, negation and hedging."""
