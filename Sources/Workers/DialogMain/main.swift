import Dialog

await Dialog.main()
