from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('representation', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='recorded',
            name='placed_in',
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
