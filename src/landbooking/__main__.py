from landbooking.cli import main

main()
