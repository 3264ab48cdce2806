"""The rules of the product: pure functions over instants and facts, standard library only."""
