"""x"""
OTHER_LINES = []
