"""Components of pages: GOV.UK Frontend's behaviour and accessibility in our own templates, colours and words."""
