import CEL

extension Loader {
    /// The tables of the collections, each behind those it references as far as that goes.
    func storeSchema() -> StoreSchema {
        var ordered: [String] = []
        var visiting: Set<String> = []
        func visit(_ name: String) {
            guard !ordered.contains(name), visiting.insert(name).inserted else { return }
            for field in collections[name]?.fields ?? [] {
                if case .reference(let other) = field.type.type { visit(other) }
            }
            ordered.append(name)
        }
        visit(Table.usersName)
        collectionNames.forEach(visit)
        // What `users` references must not stand before it in the list of tables: references are added afterwards there.
        let names = [Table.usersName] + ordered.filter { $0 != Table.usersName }
        return StoreSchema(tables: names.compactMap { name in collections[name].map(table) }, renamings: renamings.map(\.renaming))
    }

    private func table(_ collection: Collection) -> Table {
        let builtIn = collection.name == Table.usersName ? Table.usersColumns : Table.commonColumns
        let own = collection.fields.dropFirst(builtIn.count).map { field in
            var references: String?
            if case .reference(let other) = field.type.type { references = other }
            var lists: String?
            if case .list(.reference(let other)) = field.type.type { lists = other }
            let constant = field.default?.program.constant.flatMap { try? ValueMapping.record($0, field.type) }
            return Column(
                name: field.name, type: field.type.type.column, isNullable: field.type.isNullable, default: constant,
                references: references, lists: lists)
        }
        return Table(name: collection.name, columns: builtIn + own, uniques: collection.uniques, indexes: collection.indexes)
    }
}
