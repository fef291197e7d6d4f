//! Nodes joined into trees: one per journey, or per cluster of them.

use std::collections::HashMap;

use uuid::Uuid;

#[derive(Debug, Default)]
pub(crate) struct Forest {
    places: HashMap<Uuid, usize>,
    parents: Vec<usize>,
}

impl Forest {
    /// All of these belong together.
    pub(crate) fn join_all(&mut self, nodes: &[Uuid]) {
        let mut first = None;
        for node in nodes {
            let place = self.place(*node);
            let root = self.root(place);
            match first {
                None => first = Some(root),
                Some(first) => {
                    if let Some(slot) = self.parents.get_mut(root) {
                        *slot = first;
                    }
                }
            }
        }
    }

    /// The tree that a node is in.
    pub(crate) fn root_of(&mut self, node: Uuid) -> Option<usize> {
        let place = self.places.get(&node).copied()?;
        Some(self.root(place))
    }

    /// Every node with its tree.
    pub(crate) fn roots(&mut self) -> Vec<(Uuid, usize)> {
        let nodes: Vec<(Uuid, usize)> = self.places.iter().map(|it| (*it.0, *it.1)).collect();
        nodes
            .into_iter()
            .map(|(node, place)| (node, self.root(place)))
            .collect()
    }

    fn place(&mut self, node: Uuid) -> usize {
        let next = self.parents.len();
        let place = *self.places.entry(node).or_insert(next);
        if place == next {
            self.parents.push(next);
        }
        place
    }

    fn root(&mut self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).copied()
            && parent != place
        {
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(place) {
                *slot = above;
            }
            place = above;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_a_chain_is_one_tree() {
        let id = Uuid::from_u128;
        let mut forest = Forest::default();
        forest.join_all(&[id(1), id(2)]);
        forest.join_all(&[id(3), id(4)]);
        forest.join_all(&[id(5)]);
        assert_ne!(forest.root_of(id(1)), forest.root_of(id(4)));
        forest.join_all(&[id(4), id(2), id(2)]);
        assert_eq!(forest.root_of(id(1)), forest.root_of(id(3)));
        assert_ne!(forest.root_of(id(1)), forest.root_of(id(5)));
        assert_eq!(forest.root_of(id(6)), None);
        assert_eq!(forest.roots().len(), 5);
    }
}
